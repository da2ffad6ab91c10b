{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='customer') }}

-- Of the customers of whom an order is new or changed, all orders.
select customer, count(*) as orders, sum(amount) as amount, max(updated_at) as as_of from {{ source('shop', 'orders') }}
{% if is_incremental() %}
where customer in (
  select customer from {{ source('shop', 'orders') }}
  where updated_at >= (select coalesce(max(as_of), '-infinity') from {{ this }}) - interval '10 seconds'
)
{% endif %}
group by customer
