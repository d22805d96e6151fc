import { elementProps, type ControlProps } from '../control-props.js';
import type { JSX } from '../../preact.js';

/** For yes and no. Untouched, it shows the default and leaves it to the engine. */
export function CheckControl(props: ControlProps): JSX.Element {
    const { schema, value, onChange, label } = props;
    const isOn = typeof value === 'boolean' ? value : schema.default === true;
    return (
        <label class="check">
            <input
                {...elementProps(props)}
                type="checkbox"
                checked={isOn}
                onChange={({ currentTarget }) => onChange(currentTarget.checked)}
            />
            <span>{label}</span>
        </label>
    );
}
