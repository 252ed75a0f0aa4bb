-- Why an item of append_batch is not appended; null when it is. A repeated command is answered before anything
-- else is asked: a retry must get its first result even if the lease or the membership is gone meanwhile.
-- One expression without a subquery, so that the planner puts it in the place of the call: called as a function it
-- costs a fifth of an append. What it asks for is in functions of their own and asked only where it applies.
create or replace function append_refusal(item jsonb, version integer, done commands) returns text
language sql stable
as $$
  select case
    when (done).command_id is not null then
      case when is_of_stream((done).org_id, (done).to_position, item->>1) then 'repeated' else 'reused' end
    when item->>5 is not null and not holds_fence((item->>0)::uuid, (item->>5)::uuid, (item->>6)::bigint) then 'fenced'
    when item->>4 is not null and not is_member((item->>0)::uuid, (item->>4)::uuid) then 'forbidden'
    when (item->>2)::integer <> version then 'conflict'
  end;
$$;
revoke all on function append_refusal(jsonb, integer, commands) from public;
