import { api } from '../api/api.js';
import type { AccountLimits, MonthlyUsage } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import { dropToken, token } from '../state/token.js';
import { Button, CopyButton } from '../ui/button.js';
import { formatCount, formatDate, formatUsd } from '../ui/format.js';
import { Facts, Page } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';
import { Table } from '../ui/table.js';

/** What the API says where nothing limits something. */
const UNLIMITED = 999_999_999;

interface User {
    readonly id: string;
    readonly username: string;
}
interface Account {
    readonly user: User;
    readonly limits: AccountLimits;
    readonly usage: MonthlyUsage;
}

/** Who is looking, and what they have used. */
export function AccountPage() {
    const account = useResource('account', async (signal): Promise<Account> => {
        const [user, limits, usage] = await Promise.all([
            api<User>('/users/me', { signal }),
            api<AccountLimits>('/users/me/limits', { signal }),
            api<MonthlyUsage>('/users/me/usage/monthly', { signal }),
        ]);
        return { user, limits, usage };
    });
    const forget = (): void => dropToken('The token is forgotten in this browser. It is still valid.');
    return (
        <Page title="Account" actions={<Button onPress={forget}>Forget the token</Button>}>
            <ResourceView resource={account}>
                {({ user, limits: { current, limits }, usage }) => (
                    <div class="stack">
                        <div class="card">
                            <Facts
                                facts={{
                                    User: user.username,
                                    Id: (
                                        <span class="mono">
                                            {user.id} <CopyButton text={user.id} label="Copy the id" />
                                        </span>
                                    ),
                                    Token: (
                                        <span>
                                            •••••••• <CopyButton text={token.value ?? ''} label="Copy the token" />
                                        </span>
                                    ),
                                    API: <code>{location.origin}</code>,
                                }}
                            />
                        </div>
                        <div class="card">
                            <Facts
                                facts={{
                                    'Runs and builds now': formatCount(current.activeActorJobCount),
                                    'Memory of runs now': `${formatCount(current.actorMemoryGbytes)} GB`,
                                    Actors: formatCount(current.actorCount),
                                    Tasks: formatCount(current.actorTaskCount),
                                    Schedules: formatCount(current.scheduleCount),
                                    'Runs are kept':
                                        limits.dataRetentionDays >= UNLIMITED
                                            ? 'for ever'
                                            : `${formatCount(limits.dataRetentionDays)} days`,
                                }}
                            />
                        </div>
                        <UsageTable usage={usage} />
                    </div>
                )}
            </ResourceView>
        </Page>
    );
}

function UsageTable({ usage }: { usage: MonthlyUsage }) {
    const { startAt, endAt } = usage.usageCycle;
    const rows = Object.entries(usage.monthlyServiceUsage).flatMap(([name, used]) =>
        used !== undefined && used.quantity > 0 ? [{ name, ...used }] : [],
    );
    return (
        <section>
            <h2 class="section-head">Usage of this month</h2>
            <p class="note">
                {formatDate(startAt)} to {formatDate(endAt)}, as the records of its runs have it.
            </p>
            {rows.length === 0 ? (
                <p class="faint">Nothing has been used yet.</p>
            ) : (
                <Table
                    label="Usage of this month"
                    rows={rows}
                    keyOf={({ name }) => name}
                    columns={[
                        { name: 'What', isWide: true, cell: ({ name }) => wordsOf(name) },
                        {
                            name: 'Quantity',
                            isFigure: true,
                            cell: ({ quantity }) => quantity.toLocaleString('en', { maximumFractionDigits: 4 }),
                        },
                        {
                            name: 'Cost',
                            isFigure: true,
                            cell: ({ amountAfterVolumeDiscountUsd }) => formatUsd(amountAfterVolumeDiscountUsd),
                        },
                    ]}
                />
            )}
        </section>
    );
}

function wordsOf(name: string): string {
    const words = name.toLowerCase().replaceAll('_', ' ');
    return words.charAt(0).toUpperCase() + words.slice(1);
}
