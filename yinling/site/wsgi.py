import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.site.settings")
application = get_wsgi_application()

# A large page makes some hundred thousand short-lived objects. By default that sets off a walk over all of
# Django's own every few requests: a tenth of a second, measured, in the slowest twentieth of the cockpit.
gc.set_threshold(50_000, 20, 50)
