import type { PostgresClient } from '../../src/database/postgres/client.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { useClient, useDatabase } from './server.js'

/*
 * A database that has the catalog of Cloudberry as far as we ask it, on PostgreSQL 14, which Cloudberry is built on. It
 * shows that our questions can be asked and their answers are understood, not that Cloudberry answers like this.
 */
export async function useLookAlike(): Promise<{ client: PostgresClient; connection: ConnectionOptions }> {
  const connection = await useDatabase()
  const client = await useClient(connection)
  await client.query(`
    SET allow_system_table_mods = on;
    CREATE TABLE pg_catalog.gp_segment_configuration (dbid int2, content int2, role "char", status "char");
    INSERT INTO pg_catalog.gp_segment_configuration
      VALUES (1, -1, 'p', 'u'), (2, 0, 'p', 'u'), (3, 1, 'p', 'u'), (4, 0, 'm', 'u'), (5, 1, 'm', 'u');
    CREATE TABLE pg_catalog.gp_distribution_policy (
      localoid oid, policytype "char", numsegments int4, distkey int2vector, distclass oidvector);
    CREATE ACCESS METHOD ao_row TYPE TABLE HANDLER heap_tableam_handler`)
  return { client, connection }
}
