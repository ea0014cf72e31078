/** Usage or configuration is wrong: exit code 2. The message says which file, what, and the remedy. */
export class ConfigError extends Error {}
