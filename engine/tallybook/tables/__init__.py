"""Files and frames in, typed tables out. The edge at which data enters, and its faults are told."""
