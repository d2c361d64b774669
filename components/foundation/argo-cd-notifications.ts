/** What Argo CD tells Slack and e-mail, by settings. Tokens stay in the Secret that the settings name. */
import type { Value, Values } from "../../config/catalog/mirror.ts";
import type { FoundationOptions } from "../../platforms/model/foundation.ts";

type Notifications = NonNullable<FoundationOptions["notifications"]>;

/** When something is told, in the words of Argo CD's expressions. */
const events = {
  deployed: {
    when: "app.status.operationState != nil and app.status.operationState.phase in ['Succeeded'] and app.status.health.status == 'Healthy'",
    // Once a revision, not once a reconciliation.
    oncePer: "app.status.sync.revision",
    text: "{{.app.metadata.name}} runs {{.app.status.sync.revision}}.",
  },
  "sync-failed": {
    when: "app.status.operationState != nil and app.status.operationState.phase in ['Error', 'Failed']",
    text: "{{.app.metadata.name}} could not be synced: {{.app.status.operationState.message}}",
  },
  "health-degraded": {
    when: "app.status.health.status == 'Degraded'",
    text: "{{.app.metadata.name}} is degraded.",
  },
} as const;

/** Values of the notifications controller. Without settings it runs and tells nobody. */
export function argoCdNotifications(settings: Notifications | undefined, host: string): Values {
  if (settings?.slack === undefined && settings?.email === undefined) {
    return { argocdUrl: `https://${host}`, secret: { create: false } };
  }
  return {
    argocdUrl: `https://${host}`,
    secret: { create: false, name: settings.secret },
    notifiers: notifiers(settings),
    templates: Object.fromEntries(
      Object.entries(events).map(([name, { text }]) => [
        `template.${name}`,
        yaml({ message: text, email: { subject: `Argo CD: ${name}` } }),
      ]),
    ),
    triggers: Object.fromEntries(
      Object.entries(events).map(([name, event]) => [
        `trigger.${name}`,
        yaml([
          {
            when: event.when,
            ...("oncePer" in event ? { oncePer: event.oncePer } : {}),
            send: [name],
          },
        ]),
      ]),
    ),
    subscriptions: [{ recipients: recipients(settings), triggers: Object.keys(events) }],
  };
}

function notifiers({ slack, email }: Notifications): Values {
  return {
    ...(slack === undefined ? {} : { "service.slack": yaml({ token: "$slack-token" }) }),
    ...(email === undefined
      ? {}
      : {
          "service.email.smtp": yaml({
            host: email.host,
            port: email.port,
            from: email.from,
            username: "$email-username",
            password: "$email-password",
          }),
        }),
  };
}

function recipients({ slack, email }: Notifications): string[] {
  return [
    ...(slack === undefined ? [] : [`slack:${slack.channel}`]),
    ...(email?.to ?? []).map((address) => `smtp:${address}`),
  ];
}

/** The chart takes these as text; JSON is YAML. */
function yaml(value: Value): string {
  return JSON.stringify(value);
}
