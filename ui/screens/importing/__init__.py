"""The five steps of 导入 Excel."""
