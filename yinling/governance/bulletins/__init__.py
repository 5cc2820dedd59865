"""What a bulletin 通报 says: figures from frozen months (`content`), sentences and tables (`text`), charts and
the official letter. Plain functions over values: the same frozen months give the same bulletin, always."""
