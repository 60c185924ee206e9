"""Many machines: tiles of one large picture, or whole pictures, computed by the workers of a Dask cluster."""
