/** The table that both jobs fill: the same columns and key as the source. */
export const CREATE_SALES_COPY = 'CREATE TABLE sales_copy (LIKE store_sales_heap INCLUDING ALL)'
