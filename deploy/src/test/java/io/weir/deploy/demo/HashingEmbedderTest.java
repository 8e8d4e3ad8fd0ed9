package io.weir.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Asks the embedder over every method of the running JDK, by brute force. */
class HashingEmbedderTest {

  private static List<JdkMethod> methods;
  private static float[][] vectors;

  @BeforeAll
  static void embedTheWholeJdk() throws IOException {
    methods = JdkApi.methods();
    vectors = methods.parallelStream().map(HashingEmbedder::embed).toArray(float[][]::new);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          read all lines of a file               | java.nio.file.Files#readAllLines(Path)
          read all bytes of an input stream      | java.io.InputStream#readAllBytes()
          compute if absent in a map             | java.util.Map#computeIfAbsent(K,Function)
          parse an integer from a string         | java.lang.Integer#parseInt(String)
          sleep the current thread               | java.lang.Thread#sleep(long)
          sort a list with a comparator          | java.util.List#sort(Comparator)
          shuffle a list                         | java.util.Collections#shuffle(List)
          copy a file to another path            | java.nio.file.Files#copy(Path,Path,CopyOption...)
          delete a file if it exists             | java.nio.file.Files#deleteIfExists(Path)
          walk a file tree                       | java.nio.file.Files#walkFileTree(Path,FileVisitor)
          create a temporary file                | java.io.File#createTempFile(String,String)
          current time in milliseconds           | java.lang.System#currentTimeMillis()
          generate a random uuid                 | java.util.UUID#randomUUID()
          convert a string to upper case         | java.lang.String#toUpperCase()
          check whether a string is blank        | java.lang.String#isBlank()
          reverse a string builder               | java.lang.StringBuilder#reverse()
          format a local date time               | java.time.LocalDateTime#format(DateTimeFormatter)
          wait for a process to finish           | java.lang.Process#waitFor()
          add a shutdown hook                    | java.lang.Runtime#addShutdownHook(Thread)
          open a socket channel                  | java.nio.channels.SocketChannel#open()
          send an http request                   | java.net.http.HttpClient#send(HttpRequest,BodyHandler)
          put in a concurrent map if absent      | java.util.concurrent.ConcurrentMap#putIfAbsent(K,V)
          decode a base64 string                 | java.util.Base64.Decoder#decode(String)
          """)
  void findsTheMethodAmongTheFirstTen(String question, String key) {
    List<String> nearest = nearest(HashingEmbedder.embed(question), 10);
    assertTrue(nearest.contains(key), () -> "asked: " + question + ", found: " + nearest);
  }

  @Test
  void findsReadAllLinesFirst() {
    List<String> nearest = nearest(HashingEmbedder.embed("read all lines of a file"), 2);
    assertEquals(
        List.of(
            "java.nio.file.Files#readAllLines(Path)",
            "java.nio.file.Files#readAllLines(Path,Charset)"),
        nearest);
  }

  @Test
  void givesEveryMethodLengthOne() {
    for (int i = 0; i < vectors.length; i++) {
      assertEquals(1, dot(vectors[i], vectors[i]), 1e-5, methods.get(i).key());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \t\n", "!?", "->", "the", "a", "读取文件", "été", "x"})
  void givesEveryTextLengthOne(String text) {
    float[] vector = HashingEmbedder.embed(text);
    assertEquals(HashingEmbedder.DIMENSION, vector.length);
    assertEquals(1, dot(vector, vector), 1e-5);
  }

  @Test
  void givesTheSameVectorForTheSameText() {
    assertArrayEquals(
        HashingEmbedder.embed("readAllLines"), HashingEmbedder.embed("read all line"));
  }

  @Test
  void givesTheVectorsThatStoresAlreadyHold() {
    float[] vector = HashingEmbedder.embed("weir");
    assertEquals(0.053760335f, vector[3], 1e-6f);
    assertEquals(-0.322562f, vector[5], 1e-6f);
  }

  private static List<String> nearest(float[] query, int k) {
    float[] scores = new float[vectors.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = dot(query, vectors[i]);
    }
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -scores[i]))
        .limit(k)
        .map(i -> methods.get(i).key())
        .toList();
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
