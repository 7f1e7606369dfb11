"""The commands a host calls: load, decide, commit, carry out. The only place that calls ports.

`Marketplace` is what a host holds; what may be done with it stands in `Pieces`, `Checkouts`,
`Orders`, `Cards`, `Notices` and `Worker`.
"""
