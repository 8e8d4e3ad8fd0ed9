package io.weir.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JdkApiTest {

  private static List<JdkMethod> methods;
  private static Map<String, JdkMethod> byKey;

  @BeforeAll
  static void readOnce() throws IOException {
    methods = JdkApi.methods();
    byKey = new HashMap<>();
    methods.forEach(method -> byKey.put(method.key(), method));
  }

  @Test
  void findsTensOfThousandsOfMethods() {
    assertTrue(methods.size() > 20_000, () -> methods.size() + " methods");
  }

  @Test
  void givesEveryMethodItsOwnKey() {
    assertEquals(methods.size(), byKey.size());
  }

  @Test
  void keepsKeysWithinTheStoresLimit() {
    for (String key : byKey.keySet()) {
      int bytes = key.getBytes(StandardCharsets.UTF_8).length;
      assertTrue(bytes <= VectorSchema.MAX_KEY_BYTES, key);
    }
  }

  @Test
  void namesTypesAsTheSourceDoes() {
    assertEquals(
        new JdkMethod(
            "java.util.Map#computeIfAbsent(K,Function)",
            "java.base",
            "java.util",
            "Map",
            "computeIfAbsent",
            List.of("K", "Function"),
            "V",
            JdkMethod.Kind.DEFAULT),
        byKey.get("java.util.Map#computeIfAbsent(K,Function)"));
  }

  @Test
  void namesNestedClassesWithDots() {
    assertTrue(byKey.containsKey("java.util.Map.Entry#getKey()"));
  }

  @Test
  void tellsVariableArgumentsFromArrays() {
    assertTrue(byKey.containsKey("java.nio.file.Path#of(String,String...)"));
    assertTrue(byKey.containsKey("java.util.Arrays#sort(int[])"));
  }

  @Test
  void includesProtectedMethods() {
    assertTrue(byKey.containsKey("java.lang.ClassLoader#findClass(String)"));
  }

  @Test
  void leavesOutConstructorsAndHiddenClasses() {
    for (JdkMethod method : methods) {
      assertFalse(method.name().startsWith("<"), method.key());
    }
    assertFalse(byKey.containsKey("java.util.Collections.UnmodifiableCollection#size()"));
  }

  @Test
  void leavesOutPackagesThatAreNotExportedToAll() {
    Set<String> packages = methods.stream().map(JdkMethod::packageName).collect(Collectors.toSet());
    assertTrue(packages.contains("java.lang"));
    assertFalse(packages.contains("jdk.internal.misc"));
    assertFalse(packages.contains("sun.security.util"));
  }

  @Test
  void comesInTheSameOrderEveryTime() throws IOException {
    assertEquals(methods, JdkApi.methods());
  }

  @Test
  void agreesWithReflectionOverJavaBase() throws Exception {
    Set<String> expected = new HashSet<>();
    ModuleReference base = ModuleFinder.ofSystem().find("java.base").orElseThrow();
    for (ModuleDescriptor.Exports exported : base.descriptor().exports()) {
      if (!exported.isQualified()) {
        addByReflection(expected, exported.source());
      }
    }
    Set<String> found = new HashSet<>();
    for (JdkMethod method : methods) {
      if (method.module().equals("java.base")) {
        String signature = method.packageName() + "." + method.className() + "#" + method.name();
        found.add(signature + "/" + method.parameterTypes().size());
      }
    }
    assertEquals(expected, found);
  }

  private static void addByReflection(Set<String> signatures, String packageName)
      throws IOException, ClassNotFoundException {
    Path folder =
        FileSystems.getFileSystem(URI.create("jrt:/"))
            .getPath("/modules/java.base", packageName.replace('.', '/'));
    List<String> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.map(file -> String.valueOf(file.getFileName())).toList();
    }
    for (String file : files) {
      if (file.endsWith(".class") && !file.equals("package-info.class")) {
        String name = packageName + "." + file.substring(0, file.length() - ".class".length());
        Class<?> type = Class.forName(name, false, null);
        if (isReachable(type)) {
          for (Method method : type.getDeclaredMethods()) {
            if (isVisible(method.getModifiers()) && !method.isSynthetic()) {
              signatures.add(
                  type.getCanonicalName()
                      + "#"
                      + method.getName()
                      + "/"
                      + method.getParameterCount());
            }
          }
        }
      }
    }
  }

  private static boolean isReachable(Class<?> type) {
    if (type.isAnonymousClass() || type.isLocalClass() || !isVisible(type.getModifiers())) {
      return false;
    }
    return type.getDeclaringClass() == null || isReachable(type.getDeclaringClass());
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }
}
