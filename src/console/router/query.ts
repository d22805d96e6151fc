import { place } from './router.js';

/** The query of the place that is shown. */
export function useQuery(): URLSearchParams {
    return new URLSearchParams(place.value.search);
}
