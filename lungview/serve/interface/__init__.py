"""The interface as it is described: shapes of its answers, OpenAPI, the models."""
