import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { clearToken, token } from '../signals/token.js';
import { Button, CopyButton, IdText } from '../components/button.js';
import { formatCount, formatDate, formatUsd, humanize } from '../components/format.js';
import { DefinitionList, Page, ResourceView } from '../components/page.js';
import { Table } from '../components/table.js';
import type { AccountLimits, MonthlyUsage } from '../api/json.js';

/** The API's value for no limit. */
const UNLIMITED = 999_999_999;

interface Account {
    readonly user: { readonly id: string; readonly username: string };
    readonly limits: AccountLimits;
    readonly usage: MonthlyUsage;
}

export function AccountPage() {
    const account = useResource('account', async (signal): Promise<Account> => {
        const [user, limits, usage] = await Promise.all([
            api<Account['user']>('/users/me', { signal }),
            api<AccountLimits>('/users/me/limits', { signal }),
            api<MonthlyUsage>('/users/me/usage/monthly', { signal }),
        ]);
        return { user, limits, usage };
    });
    const signOut = (): void => clearToken('Signed out. The token is still valid.');
    return (
        <Page title="Account" actions={<Button onPress={signOut}>Sign out</Button>}>
            <ResourceView resource={account}>
                {({ user, limits: { current, limits }, usage }) => (
                    <div class="stack">
                        <DefinitionList
                            className="card"
                            entries={{
                                User: user.username,
                                Id: <IdText id={user.id} />,
                                Token: (
                                    <span>
                                        •••••••• <CopyButton text={token.value ?? ''} label="Copy the token" />
                                    </span>
                                ),
                                API: <code>{location.origin}</code>,
                                'Active runs and builds': formatCount(current.activeActorJobCount),
                                'Memory of active runs': `${formatCount(current.actorMemoryGbytes)} GB`,
                                Actors: formatCount(current.actorCount),
                                Tasks: formatCount(current.actorTaskCount),
                                Schedules: formatCount(current.scheduleCount),
                                'Run retention':
                                    limits.dataRetentionDays >= UNLIMITED
                                        ? 'Unlimited'
                                        : `${formatCount(limits.dataRetentionDays)} days`,
                            }}
                        />
                        <UsageTable usage={usage} />
                    </div>
                )}
            </ResourceView>
        </Page>
    );
}

function UsageTable({ usage: { usageCycle, monthlyServiceUsage } }: { usage: MonthlyUsage }) {
    const rows = Object.entries(monthlyServiceUsage).flatMap(([id, used]) =>
        used !== undefined && used.quantity > 0 ? [{ id, ...used }] : [],
    );
    return (
        <section>
            <h2 class="section-head">Usage this month</h2>
            <p class="note">
                {formatDate(usageCycle.startAt)} to {formatDate(usageCycle.endAt)}, from run records.
            </p>
            <Table
                label="Usage this month"
                rows={rows}
                empty={<p class="faint">No usage yet</p>}
                columns={[
                    { name: 'Service', isWide: true, cell: ({ id }) => humanize(id) },
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
        </section>
    );
}
