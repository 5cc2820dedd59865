"""Site: settings, URLs, the template environment, the console script. Ties the rooms together."""
