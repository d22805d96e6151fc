import { switchTheme, theme, type Theme } from '../state/theme.js';
import { useValue } from '../state/value.js';
import { Button } from '../parts/button.js';
import type { IconName } from '../parts/icon.js';
import type { JSX } from '../preact.js';

const LOOKS: Record<Theme, { icon: IconName; label: string }> = {
    system: { icon: 'system', label: 'Colours: as the system' },
    light: { icon: 'sun', label: 'Colours: light' },
    dark: { icon: 'moon', label: 'Colours: dark' },
};

/** Goes from the system's colours to light ones to dark ones. */
export function ThemeButton(): JSX.Element {
    const { icon, label } = LOOKS[useValue(theme)];
    return <Button kind="quiet" icon={icon} label={label} onPress={switchTheme} />;
}
