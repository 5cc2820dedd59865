"""Yinling 银龄: municipal elder-care service and supervision in one chain, from policy to target."""
