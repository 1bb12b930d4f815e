"""Types that expressions are cast to, in the form that `cast` makes of a type.

To make it takes ten times as long as the cast, and a scorecard has hundreds of casts.
"""

import polars as pl

INT32 = pl.Int32().to_dtype_expr()
INT64 = pl.Int64().to_dtype_expr()
INT128 = pl.Int128().to_dtype_expr()
FLOAT64 = pl.Float64().to_dtype_expr()
