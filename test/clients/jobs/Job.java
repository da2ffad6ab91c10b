import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

public class Job {
  public static void main(String[] args) throws Exception {
    var env = System.getenv();
    var table = env.get("JOB_TABLE");
    var url = "jdbc:postgresql://" + env.get("PGHOST") + ":" + env.get("PGPORT") + "/" + env.get("PGDATABASE");
    try (Connection connection = DriverManager.getConnection(url, env.get("PGUSER"), env.get("PGPASSWORD"))) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        print(statement.executeQuery("SELECT id, name FROM " + table + " ORDER BY id"));
      }
      try (var update = connection.prepareStatement("UPDATE " + table + " SET name = ? WHERE id = ?")) {
        update.setString(1, "changed");
        update.setInt(2, 2);
        System.out.println(update.executeUpdate());
      }
      connection.commit();
      try (Statement statement = connection.createStatement()) {
        statement.executeQuery("SELECT 1/0");
      } catch (SQLException error) {
        System.out.println(error.getSQLState());
      }
      connection.rollback();
      connection.setAutoCommit(true);
      try (var length = connection.prepareStatement("SELECT length(?)")) {
        length.setString(1, "x".repeat(200_000));
        print(length.executeQuery());
      }
      // From the fifth time on it has a name.
      try (var one = connection.prepareStatement("SELECT name FROM " + table + " WHERE id = ?")) {
        for (int time = 0; time < 7; time++) {
          one.setInt(1, 1 + time % 2);
          print(one.executeQuery());
        }
      }
      try (var insert = connection.prepareStatement("INSERT INTO " + table + " VALUES (?, 'many')")) {
        for (int id : new int[] {11, 12, 13}) {
          insert.setInt(1, id);
          insert.addBatch();
        }
        System.out.println(Arrays.toString(insert.executeBatch()));
      }
      CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
      System.out.println(copy.copyIn("COPY " + table + " FROM STDIN", new StringReader("21\tcopied\n22\tcopied\n")));
      var rows = new StringWriter();
      copy.copyOut("COPY (SELECT repeat('x', 1000) FROM generate_series(1, 300)) TO STDOUT", rows);
      System.out.println(rows.toString().length());
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(100);
        long sum = 0;
        ResultSet result = statement.executeQuery("SELECT n FROM generate_series(1, 300) n");
        while (result.next()) sum += result.getInt(1);
        System.out.println(sum);
      }
      connection.commit();
      connection.setAutoCommit(true);
      for (int time = 0; time < 2; time++) {
        try (Statement statement = connection.createStatement()) {
          print(statement.executeQuery("SELECT count(*) FROM " + table));
        }
      }
    }
  }

  private static void print(ResultSet result) throws SQLException {
    while (result.next()) {
      var row = new StringBuilder();
      for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
        row.append(result.getString(column)).append(' ');
      }
      System.out.println(row);
    }
  }
}
