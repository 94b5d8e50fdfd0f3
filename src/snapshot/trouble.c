/* trouble.c - what people are told of each trouble, and what mends it. */
#include "snapshot/trouble.h"

#include "policy/phrase.h"

struct text {
	const char *name;
	const char *say[LANGUAGES], *mend[LANGUAGES];
};

static const struct text texts[TOOL_TROUBLES] = {
	[TOOL_FINE] = { "fine", { "All went well.", "正常に終わりました。" }, { "Nothing is to be done.", "対処は不要です。" } },
	[TOOL_MISSING] = { "missing",
		{ "The backup program is not installed.", "バックアップ用プログラムがインストールされていません。" },
		{ "Install it: apt install restic, or apt install borgbackup.",
		  "インストールしてください: apt install restic、または apt install borgbackup。" } },
	[TOOL_NO_REPOSITORY] = { "no_repository",
		{ "There is no repository at that place.", "指定の場所にリポジトリがありません。" },
		{ "Check that the disk is mounted and the path is right; for a new one run: hinomi backup init.",
		  "ディスクがマウントされているか、パスが正しいかを確認してください。新しく作る場合は hinomi backup init を実行します。" } },
	[TOOL_UNREACHABLE] = { "unreachable",
		{ "The place of the repository cannot be reached.", "リポジトリの保存先に接続できません。" },
		{ "Check the network, the name of the host, its SSH key and that the server runs, then try again.",
		  "ネットワーク、ホスト名、SSH の鍵、サーバーの稼働を確認し、もう一度実行してください。" } },
	[TOOL_PASSWORD] = { "password",
		{ "The repository's password is wrong or cannot be read.",
		  "リポジトリのパスワードが違うか、読み取れません。" },
		{ "Check password_file: it must hold the password of this repository, and be readable by its owner only "
		  "(chmod 600). Without the password nothing can be restored.",
		  "password_file を確認してください。このリポジトリのパスワードが入り、所有者だけが読める (chmod 600) 必要があります。"
		  "パスワードがなければ復元できません。" } },
	[TOOL_LOCKED] = { "locked",
		{ "Another run is using the repository.", "別の処理がリポジトリを使用中です。" },
		{ "Wait until it has ended. If you are sure that none runs on any machine: restic unlock --remove-all, or "
		  "borg break-lock.",
		  "終わるまで待ってください。どの機械でも動いていないことが確かな場合のみ、restic unlock --remove-all または "
		  "borg break-lock を実行します。" } },
	[TOOL_LOCK_STALE] = { "lock_stale",
		{ "A run that died has left its lock in the repository.",
		  "異常終了した処理のロックがリポジトリに残っています。" },
		{ "The next backup removes it; by hand: restic unlock.",
		  "次のバックアップの際に取り除かれます。手動では restic unlock を実行します。" } },
	[TOOL_DISK_FULL] = { "disk_full",
		{ "There is no room left on the disk.", "ディスクの空き容量がありません。" },
		{ "Make room where the message says: a larger disk, or fewer kept snapshots (keep_*). Delete nothing inside the "
		  "repository by hand.",
		  "表示された場所の空きを増やしてください (大きなディスクにするか、keep_* で残す世代を減らす)。"
		  "リポジトリの中のファイルを手で消してはいけません。" } },
	[TOOL_DENIED] = { "denied",
		{ "Files may not be read or written.", "ファイルの読み書きが許可されていません。" },
		{ "Check owner and mode of what the message names, and the rights of the account at the server.",
		  "表示されたファイルの所有者とモード、サーバー側のアカウントの権限を確認してください。" } },
	[TOOL_DAMAGED] = { "damaged",
		{ "The repository is damaged: what is stored is not what was stored.",
		  "リポジトリが壊れています。保存した内容と一致しません。" },
		{ "Delete nothing. Make a copy of the repository, check the disk, use the other copy, and start a new repository; "
		  "then see \"Troubleshooting\" in the manual of restic or borg.",
		  "何も消さないでください。リポジトリの写しを取り、ディスクを検査し、別の控えを使い、新しいリポジトリを始めてください。"
		  "その後、restic または borg の手引き (Troubleshooting) に従ってください。" } },
	[TOOL_NO_SNAPSHOT] = { "no_snapshot",
		{ "The snapshot is not in the repository.", "そのスナップショットはリポジトリにありません。" },
		{ "List those that are there. If nobody deleted it on purpose, somebody may be destroying backups: keep the other "
		  "copy apart.",
		  "残っているスナップショットを一覧で確認してください。誰も消していないなら、バックアップが破壊されている恐れがあります。"
		  "別の控えを切り離してください。" } },
	[TOOL_PARTLY] = { "partly",
		{ "It worked, but some files could not be handled.", "完了しましたが、一部のファイルを処理できませんでした。" },
		{ "Look at the file that is named: is it there, and may it be read? Or exclude it.",
		  "表示されたファイルがあるか、読み取れるかを確認するか、対象から除外してください。" } },
	[TOOL_STOPPED] = { "stopped",
		{ "It was stopped on request.", "指示により中止しました。" },
		{ "Start it again when it suits; what was saved already is not read again.",
		  "都合のよいときに再び実行してください。保存済みの部分は再送されません。" } },
	[TOOL_TIME] = { "time",
		{ "It took longer than allowed and was ended.", "制限時間を超えたため終了しました。" },
		{ "See whether disk or line are slow, or allow more time.",
		  "ディスクや回線が遅くないか確認するか、制限時間を延ばしてください。" } },
	[TOOL_KILLED] = { "killed",
		{ "The backup program was killed from outside.", "バックアップ用プログラムが外部から強制終了されました。" },
		{ "See whether memory ran out (journalctl -k) or somebody ended it; the next run goes on.",
		  "メモリー不足 (journalctl -k) か、誰かが終了させたかを確認してください。次の実行で続けられます。" } },
	[TOOL_NOT_UNDERSTOOD] = { "not_understood",
		{ "The backup program printed what Hinomi cannot read.", "バックアップ用プログラムの出力を解釈できません。" },
		{ "Compare its version with docs/backup.md; report it with the message.",
		  "docs/backup.md と版を照らし合わせ、表示を添えて報告してください。" } },
	[TOOL_OTHER] = { "other",
		{ "The backup program failed.", "バックアップ用プログラムが失敗しました。" },
		{ "Read its message, and run it by hand to see more.", "表示を読み、手動で実行して詳しく確認してください。" } },
	[TOOL_HOST_UNKNOWN] = { "host_unknown",
		{ "This machine does not know the SSH key of the backup server.",
		  "バックアップ先サーバーの SSH ホスト鍵がこの機械に登録されていません。" },
		{ "As root: ssh-keyscan -p PORT HOST >> /etc/ssh/ssh_known_hosts, then show it with ssh-keygen -lf "
		  "/etc/ssh/ssh_known_hosts and compare it with what the owner of the server sees.",
		  "root で ssh-keyscan -p PORT HOST >> /etc/ssh/ssh_known_hosts を実行し、ssh-keygen -lf "
		  "/etc/ssh/ssh_known_hosts の表示をサーバー管理者の示す値と照合してください。" } },
	[TOOL_HOST_CHANGED] = { "host_changed",
		{ "The backup server shows another SSH key than the one that is known: it is a new one, or somebody is in "
		  "between.",
		  "バックアップ先サーバーの SSH ホスト鍵が登録と違います。サーバーの入れ替えか、通信の乗っ取りです。" },
		{ "Ask the owner of the server. Only if the key was changed on purpose: ssh-keygen -f "
		  "/etc/ssh/ssh_known_hosts -R HOST (with a port: -R '[HOST]:PORT'), then take the new one as at the first "
		  "time.",
		  "サーバーの管理者に確認してください。意図した変更の場合のみ、ssh-keygen -f /etc/ssh/ssh_known_hosts -R HOST "
		  "(ポート指定時は -R '[HOST]:PORT') で消し、新しい鍵を初回と同じ手順で登録します。" } },
	[TOOL_KEY_REFUSED] = { "key_refused",
		{ "The backup server does not accept the SSH key, or it cannot be read.",
		  "SSH の鍵がバックアップ先サーバーに拒否されたか、読み取れません。" },
		{ "Check ssh_key: a key without a passphrase, owned by root, mode 600 (where Hinomi only watches: owned by the "
		  "tower's user); its public half must be in authorized_keys of the account at the server.",
		  "ssh_key を確認してください。パスフレーズなしの鍵で、所有者は root、モードは 600 (監視のみの場合は Hinomi の"
		  "利用者の所有) とし、公開鍵をサーバー側アカウントの authorized_keys に入れます。" } },
};

static const struct text *text_of(enum tool_trouble trouble)
{
	return &texts[(unsigned)trouble < TOOL_TROUBLES ? trouble : TOOL_OTHER];
}

const char *trouble_name(enum tool_trouble trouble)
{
	return text_of(trouble)->name;
}

const char *trouble_say(enum tool_trouble trouble, enum language language)
{
	return text_of(trouble)->say[language];
}

const char *trouble_mend(enum tool_trouble trouble, enum language language)
{
	return text_of(trouble)->mend[language];
}

/* What snapshot/ and drill/ say themselves of a file or a path; the words of the tools and of the system stay as they are. */
static const struct phrase said_phrases[] = {
	{ "there is no such file", "ファイルがありません" },
	{ "it is no file", "通常のファイルではありません" },
	{ "others can read or change it: chmod 600 it", "ほかの利用者が読み書きできます。chmod 600 を実行してください" },
	{ "it belongs to somebody else: chown it to root", "所有者が違います。所有者を root にしてください" },
	{ "it is too long, or cannot be read", "長すぎるか、読み取れません" },
	{ "the password cannot be written", "パスワードを書き込めません" },
	{ "the folder's path is too long", "フォルダーのパスが長すぎます" },
	{ "an sftp: place needs a host", "sftp: の保存先にはホスト名が必要です" },
	{ "names of keys and hosts: no backslashes, one kind of quotes",
	  "鍵とホストの名前に、バックスラッシュや 2 種類の引用符は使えません" },
	{ "password_command: no empty words, no backslashes, one kind of quotes in a word",
	  "password_command の語に、空、バックスラッシュ、2 種類の引用符は使えません" },
	{ "no password_file is configured", "password_file が設定されていません" },
	{ "too many words for one run of it", "1 回の実行で渡せる語の数を超えました" },
	{ "a path is too long", "パスが長すぎます" },
	{ "not in the snapshot", "スナップショットにありません" },
	{ "the scratch place", "復元訓練の作業フォルダー" },
	{ "has no room for", "に作成できるファイル数が足りません。必要数:" },
	{ "more files: name another place as scratch", "。scratch に別の場所を指定してください" },
	{ "free, but this drill needs", "しか空きがありません。訓練に必要な容量:" },
	{ "make room there, or name a larger place as scratch", "空きを増やすか、scratch に広い場所を指定してください" },
	{ "a name that would lead elsewhere: not restored", "別の場所を指す名前のため復元しませんでした" },
	{ "named as critical, but it is not in the snapshot", "重要と指定されていますが、スナップショットにありません" },
	{ "the source has the same size and time, but another content: it was changed without a trace, or the snapshot is wrong",
	  "元のファイルと大きさ・時刻が同じなのに内容が違います。痕跡なく変更されたか、スナップショットが誤っています" },
	{ "was restored, but cannot be read", "復元されましたが、読み取れません" },
	{ "bytes came back, the snapshot says", "バイトが復元されました。スナップショットの記録 (バイト):" },
	{ "came back with another time than the snapshot says", "時刻がスナップショットの記録と違います" },
	{ "is in the snapshot, but did not come back", "スナップショットにありますが、復元されませんでした" },
	{ "came back as another kind of file than the snapshot says", "ファイルの種類がスナップショットの記録と違います" },
	{ "no file was restored, so nothing is proven", "ファイルが 1 つも復元されず、何も証明されていません" },
	{ "could not be removed", "削除できませんでした" },
	{ "the plan of the drill could not be read back", "復元訓練の計画を読み戻せませんでした" },
	{ "it cannot be used", "使えません" },
	{ "cannot be used", "を使えません" },
	{ "is it there, and may the tower's user write into it?", "フォルダーがあり、火の見のユーザーが書き込めるか確認してください" },
	{ "what was restored to it could not be removed", "復元したものを削除できませんでした" },
	{ "what is new could not be judged", "新しい内容を判定できませんでした" },
	{ "no memory", "メモリーが足りません" },
};

const char *trouble_said(const char *said, enum language language, char into[TROUBLE_SAID])
{
	if (language != JAPANESE)
		return said;
	return phrase_japanese_of(said_phrases, sizeof(said_phrases) / sizeof(said_phrases[0]), said, into, TROUBLE_SAID);
}
