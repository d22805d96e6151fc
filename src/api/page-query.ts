import type { PageOptions } from '../model/page.js';
import type { Query } from './query.js';

/** The options of a list that is paged by offset. */
export function pageQuery(query: Query): PageOptions {
    return { offset: query.number('offset'), limit: query.number('limit'), desc: query.flag('desc') };
}
