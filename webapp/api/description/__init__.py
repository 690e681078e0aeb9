"""The description of the API for machines: OpenAPI 3.1, with what each answer looks like."""
