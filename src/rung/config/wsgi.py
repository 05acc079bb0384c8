"""The pages, as gunicorn or another WSGI server wants them: `gunicorn rung.config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rung.config.settings")

application = get_wsgi_application()
