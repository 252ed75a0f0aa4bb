/** A file that the agent never committed is left out above this size, and named. */
export const MAX_LOOSE_FILE_BYTES = 20 * 1024 * 1024;
/** Names of files that were left out: more are counted, not named. */
export const MAX_NAMES = 200;

/**
 * Makes the clone and the store whole again as far as that is possible. The files of the workspace are never
 * touched: what the agent wrote is what is delivered.
 */
export const REPAIR = `
if [ ! -d "$REPO" ] || [ -L "$REPO" ]; then echo 'the agent deleted its whole workspace.'; exit 3; fi
mkdir -p "$OUT"
stored() {
  own rev-parse --git-dir > /dev/null 2>&1 || return 1
  [ -z "$COMMIT" ] || own cat-file -e "$COMMIT^{commit}" 2> /dev/null
}
if ! stored; then
  say 'The platform folder in the sandbox was deleted and made again.'
  rm -rf "$STORE"
  git init -q --bare --template= --object-format="$FORMAT" "$STORE"
  own config core.bare false
  own config core.quotePath false
  own config gc.auto 0
  if [ -n "$COMMIT" ]; then
    own fetch -q --no-tags --no-write-fetch-head "$REPO/.git" "$COMMIT" 2> /dev/null ||
      { echo 'the agent deleted the repository and the copy it was made from.'; exit 3; }
    own update-ref refs/pihordev/base "$COMMIT"
  fi
fi
whole() {
  theirs rev-parse --git-dir > /dev/null 2>&1 || return 1
  [ -z "$COMMIT" ] || theirs cat-file -e "$COMMIT^{commit}" 2> /dev/null
}
if ! whole; then
  say 'The .git folder was deleted or broken in the run. It was made again from the start of the run: the files are as the agent left them, commits it made before are lost.'
  if [ -e "$REPO/.git" ] || [ -L "$REPO/.git" ]; then mv "$REPO/.git" "$BOX/broken-$RANDOM$RANDOM"; fi
  git init -q --template= --object-format="$FORMAT" --initial-branch="$BRANCH" "$REPO"
  theirs config user.name "$GIT_AUTHOR_NAME"
  theirs config user.email "$GIT_AUTHOR_EMAIL"
  if [ -n "$COMMIT" ]; then
    theirs fetch -q --no-tags "$STORE" "+refs/pihordev/base:refs/heads/$BASE"
    theirs update-ref "refs/heads/$BRANCH" "$COMMIT"
    theirs symbolic-ref HEAD "refs/heads/$BRANCH"
    theirs reset -q --mixed
  fi
fi
# The agent's commits, looked at from here on only in the store.
bring() { own fetch -q --no-tags --no-write-fetch-head "$REPO/.git" "+$1:$2" 2> /dev/null || own update-ref -d "$2"; }
bring HEAD refs/pihordev/head
HEAD=$(own rev-parse -q --verify 'refs/pihordev/head^{commit}' || true)
`;

/**
 * \`snapshot TREEISH\` sets TREE: every file of the workspace but ignored and large ones, hashed with an index of
 * its own. TREEISH says which ignored files are tracked all the same. Filters are off: LFS pointers stay pointers.
 */
export const SNAPSHOT = `
work() { (cd "$REPO" && GIT_DIR="$STORE" GIT_WORK_TREE="$REPO" GIT_INDEX_FILE="$STORE/snapshot.index" git "$@"); }
staged() {
  if [ -n "$HEAD" ]; then theirs diff-index --cached --name-only -z --diff-filter=A HEAD 2> /dev/null
  else theirs ls-files -z -c 2> /dev/null; fi
}
existing() {
  while IFS= read -r -d '' name; do
    if [ -L "$REPO/$name" ]; then printf '%s\\0' "$name"
    elif [ -f "$REPO/$name" ] && [ "$(stat -c %s "$REPO/$name")" -le "$MAX_FILE" ]; then printf '%s\\0' "$name"; fi
  done
}
# Repositories inside the workspace and large files, as exclusions.
left_out() {
  cd "$REPO"
  find . -path ./.git -prune -o -name .git \\( -type f -o -exec test -e '{}/HEAD' \\; \\) -printf '%h\\0' -prune \\
    | sed -z 's#^\\./#:(exclude,literal)#'
  find . -path ./.git -prune -o -type f -size +"$MAX_FILE"c -printf ':(exclude,literal)%P\\0'
}
some() { head -z -n "$MAX_NAMES"; }
snapshot() {
  mkdir -p "$STORE/info"
  printf '* -filter\\n' > "$STORE/info/attributes"
  if [ -z "$1" ]; then rm -f "$STORE/snapshot.index"; work read-tree --empty
  else work read-tree -m "$1" 2> /dev/null || { rm -f "$STORE/snapshot.index"; work read-tree "$1"; }; fi
  { printf '.\\0'; (left_out); } > "$OUT/add"
  work add -A --ignore-errors --pathspec-from-file="$OUT/add" --pathspec-file-nul 2> "$OUT/add.log" ||
    [ $? -eq 1 ] || { cat "$OUT/add.log" >&2; return 1; }
  { staged || true; } | existing > "$OUT/force"
  if [ -s "$OUT/force" ]; then
    GIT_LITERAL_PATHSPECS=1 work add -f --ignore-errors --pathspec-from-file="$OUT/force" --pathspec-file-nul \\
      2> /dev/null || true
  fi
  { work ls-files -z -o -m --exclude-standard --directory --no-empty-directory | some; } > "$OUT/skipped" || true
  { work ls-files -z -o -i --exclude-standard --directory --no-empty-directory | some; } > "$OUT/ignored" || true
  TREE=$(work write-tree)
}
`;
