"""Two policies compared, value by value and decision by decision."""
