-- Leaves of the sealed events, 32 bytes each in order: with them a verifier names the one event that was changed,
-- where the seal alone only says that one of a thousand was. They prove nothing by themselves: the seal covers them.
alter table seals add column leaves bytea not null
  check (length(leaves) = 32 * (to_position - from_position + 1));
