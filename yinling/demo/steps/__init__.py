"""The steps of `yinling demo`, one subject a module. Each says in a line what it made."""
