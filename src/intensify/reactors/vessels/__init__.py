"""A vessel that is stirred: batch, fed, continuous, with what leaves it taken away."""
