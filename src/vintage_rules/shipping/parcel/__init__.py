"""The machine of a parcel."""
