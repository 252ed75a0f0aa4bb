/** Roles of a member within an organization, and the instance's operator, who has no rights inside one. */
export const ROLES = ["owner", "admin", "member"] as const;
export type Role = (typeof ROLES)[number];

/**
 * Who may do what: the one table that commands, routes and the page read. A command is named by its type, a
 * read by `read:` and its subject, an act on the instance by `instance:`.
 */
const member: readonly Role[] = ["owner", "admin", "member"];
const admin: readonly Role[] = ["owner", "admin"];

export const permissions = {
  CreateTask: member,
  RenameTask: member,
  AcceptTask: member,
  CancelTask: member,
  RequestRun: member,
  SteerRun: member,
  AnswerAttention: member,
  PauseRun: member,
  ResumeRun: member,
  AbortRun: member,
  LinkProject: admin,
  "read:log": member,
  "read:tasks": member,
  "read:projects": member,
  "read:models": member,
  "read:blobs": member,
  "read:files": member,
  "read:checks": member,
  "read:audit": admin,
  "probe:repository": admin,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;

export function isAllowed(role: Role, permission: Permission): boolean {
  return permissions[permission].some((allowed) => allowed === role);
}
