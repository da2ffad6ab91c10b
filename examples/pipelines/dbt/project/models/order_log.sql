{{ config(materialized='incremental', incremental_strategy='append') }}

select id, customer, status, round(amount * 1.19, 2) as gross, updated_at from {{ source('shop', 'orders') }}
{% if is_incremental() %}
where updated_at > (select coalesce(max(updated_at), '-infinity') from {{ this }})
{% endif %}
