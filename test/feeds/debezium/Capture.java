import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.format.Json;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** Runs Debezium's engine with the properties on standard input. Each event is a line: its key, a tab, its value. */
final class Capture {
    public static void main(String[] none) throws Exception {
        var properties = new Properties();
        properties.load(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        DebeziumEngine.create(Json.class)
                .using(properties)
                .using((success, message, error) -> {
                    if (success) return;
                    System.err.println(error == null ? message : error);
                    System.exit(1);
                })
                .notifying((events, committer) -> {
                    for (ChangeEvent<String, String> event : events) {
                        out.println(event.key() + "\t" + event.value());
                        committer.markProcessed(event);
                    }
                    out.flush();
                    committer.markBatchFinished();
                })
                .build()
                .run();
    }
}
