/** How items can be printed. */
export const ITEM_FORMATS = ['table', 'json', 'jsonl', 'csv', 'xlsx', 'html', 'xml', 'rss'] as const;
