"""What gunicorn and the flask command load: `app`, built from the environment's settings."""

import gc

from webapp import create_app

app = create_app()

gc.freeze()  # What stays for good is left out of every collection, and stays shared by processes that fork from here.
