"""How long properties look for what breaks them.

`TALLYBOOK_HYPOTHESIS=long` looks at other examples in each run, for about half an hour; `quick`
gives a first impression, and reports what it finds as drawn. Else each run looks at the same few
hundred examples, so that a commit that passes once passes again.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

_EFFORT = os.environ.get("TALLYBOOK_HYPOTHESIS", "")
_SHARE = {"long": 30.0, "quick": 0.2}.get(_EFFORT, 1.0)


def examples(usual: int) -> settings:
    """Settings of a property that looks at `usual` examples where no effort is asked for."""
    return settings(
        max_examples=max(1, round(usual * _SHARE)),
        deadline=None,
        derandomize=_EFFORT != "long",
        phases=[Phase.explicit, Phase.generate] if _EFFORT == "quick" else list(Phase),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
