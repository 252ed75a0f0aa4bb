-- The oldest question of these kinds that nobody has taken and somebody still waits for; none when there is none.
-- The question leaves the table with it: it may hold what nobody else should see.
create or replace function take_ask(kinds text[])
returns table (id uuid, org_id uuid, kind text, question jsonb)
language sql volatile security definer
set search_path = pg_catalog, public, pg_temp
as $$
  with waiting as (
    select w.id, w.question from asks as w
    where w.taken_at is null and w.expires_at > clock_timestamp() and w.kind = any (take_ask.kinds)
    order by w.asked_at limit 1 for update skip locked
  )
  update asks as a set taken_at = clock_timestamp(), question = '{}' from waiting
  where a.id = waiting.id
  returning a.id, a.org_id, a.kind, waiting.question;
$$;
revoke all on function take_ask(text[]) from public;
grant execute on function take_ask(text[]) to worker;
