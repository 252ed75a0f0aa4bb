-- The oldest question of these kinds that nobody has taken and somebody still waits for; none when there is none.
create or replace function take_ask(kinds text[])
returns table (id uuid, org_id uuid, kind text, question jsonb)
language sql volatile security definer
set search_path = pg_catalog, public, pg_temp
as $$
  update asks as a set taken_at = clock_timestamp()
  where a.id = (select w.id from asks as w
    where w.taken_at is null and w.expires_at > clock_timestamp() and w.kind = any (take_ask.kinds)
    order by w.asked_at limit 1 for update skip locked)
  returning a.id, a.org_id, a.kind, a.question;
$$;
revoke all on function take_ask(text[]) from public;
grant execute on function take_ask(text[]) to worker;
