import { describe, expect, it } from 'vitest';
import { keptDirectory } from '../../../support/files/persistent-temp-dir.js';
import { openTestTerminal, skipWithoutTmux } from '../../../support/cli/tmux.js';

skipWithoutTmux();

describe('the data commands on a terminal', () => {
    it('ask before they delete, and respect a no', async () => {
        const { cwd } = await keptDirectory();
        const terminal = await openTestTerminal(cwd);

        await terminal.type('greenroom dataset rm products');
        await terminal.see(/Delete the dataset products \(45 items, .*\)\? \[y\/N\]/);
        await terminal.type('n');
        await terminal.see(/Nothing was changed\./);
        await terminal.type('clear; greenroom dataset rm products');
        // At the top: not the question before.
        await terminal.see(/^Delete the dataset products .*\[y\/N\]/);
        await terminal.press('C-c');
        await terminal.see(/Nothing was changed\./);
        await terminal.type('echo "code $?"; greenroom dataset ls');
        await terminal.see(/^code 1$[^]*products/m);
        await terminal.type('clear; greenroom dataset rm products');
        // At the top: not the question before.
        await terminal.see(/^Delete the dataset products .*\[y\/N\]/);
        await terminal.type('yes');

        expect(await terminal.see(/Deleted the dataset products/)).not.toContain('Nothing was changed');
    });

    it('show tables that fit, with colours, and items as a table', async () => {
        const { cwd, runs } = await keptDirectory();
        const terminal = await openTestTerminal(cwd, { width: 90 });

        await terminal.type('greenroom runs ls; greenroom dataset items products');
        const screen = await terminal.see(/Items 1 to 20 of 45/);
        const coloured = await terminal.screen({ colours: true });

        expect(screen).toMatch(new RegExp(`^${runs.failed} +shop +FAILED .*…$`, 'm'));
        expect(screen).toMatch(/^ n {2}name$/m);
        expect(coloured).toContain('\u001b[31mFAILED');
        await terminal.type('clear; greenroom dataset items products --format xlsx');
        await terminal.see(/error: This is application\/vnd/);
    });
});
