import * as z from "zod";

export const organizationEvents = {
  OrganizationOpened: z.strictObject({
    name: z.string().min(1).max(120),
    slug: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/),
  }),
  /** The payload of an event was removed on request; the leaf of the seal stays, so the seals still verify. */
  PayloadErased: z.strictObject({
    position: z.number().int().positive(),
    reason: z.string().min(1).max(500),
  }),
};
