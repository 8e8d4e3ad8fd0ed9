package io.weir.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApiClassTest {

  /** Its methods differ by the packages of their parameter types only. */
  @SuppressWarnings("unused") // read from the class file
  public abstract static class SameSimpleNames {

    public abstract void at(java.util.Date date);

    public abstract void at(java.sql.Date date);

    public abstract void at(long millis);
  }

  /** Its second method is implemented through a bridge that the compiler makes. */
  @SuppressWarnings("unused") // read from the class file
  public static final class WithBridge implements Comparable<WithBridge> {

    @Override
    public int compareTo(WithBridge other) {
      return 0;
    }

    void hidden() {}
  }

  @Test
  void givesMethodsOfTheSameSimpleTypesErasedTypesWithPackages() throws IOException {
    assertEquals(
        List.of("p.C#at(java.sql.Date):void", "p.C#at(java.util.Date):void", "p.C#at(long)"),
        keys(SameSimpleNames.class));
  }

  @Test
  void leavesOutBridgesAndHiddenMethods() throws IOException {
    assertEquals(List.of("p.C#compareTo(WithBridge)"), keys(WithBridge.class));
  }

  @Test
  void saysThatAClassInsideAHiddenOneCannotBeReached() throws IOException {
    ApiClass outer = parse(ApiClassTest.class);
    ApiClass nested = parse(WithBridge.class);
    Map<String, ApiClass> siblings =
        Map.of(outer.internalName(), outer, nested.internalName(), nested);
    assertEquals(Optional.empty(), nested.reachableName(siblings));
  }

  private static List<String> keys(Class<?> type) throws IOException {
    return parse(type).methods("m", "p", "C").stream().map(JdkMethod::key).toList();
  }

  private static ApiClass parse(Class<?> type) throws IOException {
    String file = type.getName().substring(type.getPackageName().length() + 1) + ".class";
    try (InputStream bytes = Objects.requireNonNull(type.getResourceAsStream(file))) {
      return ApiClass.of(ClassFile.of().parse(bytes.readAllBytes()));
    }
  }
}
