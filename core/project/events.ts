import * as z from "zod";

/** Where the repository lives. Never holds credentials: those are sealed in the vault under `credentialId`. */
export const repositorySchema = z.strictObject({
  url: z.string().min(1).max(2_000),
  kind: z.enum(["path", "https", "http", "ssh", "sample"]),
  credentialId: z.uuid().nullable(),
});
export type Repository = z.infer<typeof repositorySchema>;

export const projectEvents = {
  ProjectLinked: z.strictObject({
    name: z.string().min(1).max(120),
    repository: repositorySchema,
    /** Null: whatever the repository's HEAD names when a run starts. */
    defaultBranch: z.string().min(1).max(250).nullable(),
  }),
};
