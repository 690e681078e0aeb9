"""The wire format: what programs are shown of each noun, by the API and by webhooks alike."""
