import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Properties;

/** What Tableau and others that use the JDBC driver ask of a ClickHouse. Arguments: the HTTP port, the database. */
public final class Jdbc {
  private interface Work {
    Object run() throws Exception;
  }

  private static void same(String what, Object expected, Work work) throws Exception {
    Object found = work.run();
    if (!Objects.equals(found, expected)) {
      System.err.println(what + ": found " + found + ", expected " + expected);
      System.exit(1);
    }
    System.out.println("ok " + what);
  }

  private static String rows(ResultSet result) throws SQLException {
    StringBuilder text = new StringBuilder();
    int columns = result.getMetaData().getColumnCount();
    while (result.next()) {
      for (int i = 1; i <= columns; i++) text.append(i > 1 ? "," : "").append(result.getObject(i));
      text.append('|');
    }
    return text.toString();
  }

  private static String names(ResultSet result, String column) throws SQLException {
    StringBuilder text = new StringBuilder();
    while (result.next()) text.append(result.getString(column)).append('|');
    return text.toString();
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return rows(statement.executeQuery(sql));
    }
  }

  public static void main(String[] arguments) throws Exception {
    String[] variants = {"", "?compress=false", "?join_use_nulls=1&session_id=jdbc"};
    for (String variant : variants) {
      Properties properties = new Properties();
      properties.setProperty("user", "default");
      properties.setProperty("password", "");
      String url = "jdbc:clickhouse://127.0.0.1:" + arguments[0] + "/" + arguments[1] + variant;
      System.out.println("with " + (variant.isEmpty() ? "defaults" : variant));
      try (Connection c = DriverManager.getConnection(url, properties)) {
        try (Statement s = c.createStatement()) {
          s.executeUpdate("CREATE OR REPLACE TABLE jdbc (a UInt32, s String, d Date, n Nullable(Float64)) ENGINE = MergeTree ORDER BY a");
          s.executeUpdate("INSERT INTO jdbc VALUES (5000, 'x', '2024-01-01', 1.5)");
        }
        same("values", "0,0,2024-02-29,1.5,3,1.25,null|", () -> ask(c,
            "SELECT number, toString(number), toDate('2024-02-29'), 1.5, toNullable(3), toDecimal64(1.25, 2), NULL FROM numbers(1)"));
        same("batches", 1000, () -> {
          try (PreparedStatement s = c.prepareStatement("INSERT INTO jdbc (a, s, d, n) VALUES (?, ?, ?, ?)")) {
            for (int i = 0; i < 1000; i++) {
              s.setInt(1, i);
              s.setString(2, "r'\\\n\n;" + i);
              s.setObject(3, LocalDate.of(2024, 1, 2));
              s.setNull(4, Types.DOUBLE);
              s.addBatch();
            }
            return s.executeBatch().length;
          }
        });
        same("what was inserted", "1001,504500,1000|", () -> ask(c, "SELECT count(), sum(a), countIf(s LIKE '%\\n\\n%') FROM jdbc"));
        same("parameters", "5,2024-01-02|", () -> {
          try (PreparedStatement s = c.prepareStatement("SELECT a, d FROM jdbc WHERE a = ? AND d = ?")) {
            s.setInt(1, 5);
            s.setDate(2, Date.valueOf("2024-01-02"));
            return rows(s.executeQuery());
          }
        });
        same("tables", true, () -> names(c.getMetaData().getTables(null, arguments[1], "%", new String[] {"TABLE"}), "TABLE_NAME").contains("jdbc|"));
        same("columns", "a|s|d|n|", () -> names(c.getMetaData().getColumns(null, arguments[1], "jdbc", "%"), "COLUMN_NAME"));
        same("schemas", true, () -> names(c.getMetaData().getSchemas(), "TABLE_SCHEM").contains(arguments[1] + "|"));
        same("types", true, () -> names(c.getMetaData().getTypeInfo(), "TYPE_NAME").contains("UInt64|"));
        same("large results", 500000L, () -> {
          try (Statement s = c.createStatement()) {
            ResultSet result = s.executeQuery("SELECT number, randomPrintableASCII(30) FROM numbers(500000)");
            long count = 0;
            while (result.next()) count++;
            return count;
          }
        });
        same("no rows", "", () -> ask(c, "SELECT number FROM numbers(0)"));
        same("errors", true, () -> {
          try {
            return ask(c, "SELECT nothing FROM jdbc");
          } catch (SQLException error) {
            return error.getMessage().contains("UNKNOWN_IDENTIFIER");
          }
        });
        same("errors in the middle of a result", true, () -> {
          try {
            return ask(c, "SELECT number, throwIf(number = 3000000) FROM numbers(4000000) WHERE number % 1000 = 0 OR number > 2999000").length();
          } catch (SQLException error) {
            return true;
          }
        });
        try (Statement s = c.createStatement()) {
          s.executeUpdate("DROP TABLE jdbc");
        }
      }
    }
    System.exit(0);
  }
}
