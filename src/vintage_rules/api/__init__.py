"""The rules as lines of JSON: one question a line in, one answer a line out, in order.

A line that cannot be answered gets an error that says where and why, and the next one goes on.
"""
