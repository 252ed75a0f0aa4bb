-- Adds the jobs that the events of a batch ask for, in its transaction. One waiting job a key; the rows are touched
-- in the order of their keys, after the organizations are locked, so that two batches never deadlock.
-- Only jobs that an event may ask for: whoever may append may not start anything else.
create or replace function add_batch_jobs(batch jsonb, jobs jsonb) returns void
language plpgsql
as $$
begin
  if exists (select from jsonb_array_elements(add_batch_jobs.jobs) as j
      where j->>1 not in ('dispatch', 'project', 'send_email')) then
    raise exception 'an event cannot ask for the jobs in %', add_batch_jobs.jobs using errcode = 'insufficient_privilege';
  end if;
  perform graphile_worker.add_jobs(array(
    select distinct on (j->>3)
      (j->>1, (j->2)::json, null, null, null, j->>3, null, null)::graphile_worker.job_spec
    from jsonb_array_elements(add_batch_jobs.jobs) as j
    join commands as c on c.org_id = (add_batch_jobs.batch->((j->>0)::integer - 1)->>0)::uuid
      and c.command_id = (add_batch_jobs.batch->((j->>0)::integer - 1)->>3)::uuid
    order by j->>3
  ));
end;
$$;
revoke all on function add_batch_jobs(jsonb, jsonb) from public;
