"""Formula text in, `syntax.Expr` out: the tree as written, every node with its place."""
