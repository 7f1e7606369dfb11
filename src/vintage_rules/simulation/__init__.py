"""A town that lives on a shop, with everything going wrong that can, and its books checked."""
