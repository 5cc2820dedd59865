"""Shell: layout, navigation, elder mode, components, error pages, the home of each role."""
