# region inspect
npx cloudberry-cdc inspect shop.orders shop.order_lines --out tables.js
# endregion inspect
