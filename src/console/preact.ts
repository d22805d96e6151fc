// The one place that names the library; JSX is made with it by the build.
export { render } from 'preact';
export type { ComponentChildren, ComponentType, JSX, RefObject, TargetedEvent, TargetedKeyboardEvent } from 'preact';
export {
    useCallback,
    useEffect,
    useErrorBoundary,
    useId,
    useLayoutEffect,
    useMemo,
    useRef,
    useState,
} from 'preact/hooks';
