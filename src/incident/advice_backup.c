/*
 * advice_backup.c - titles and advice for incidents of the backup watch.
 *
 * Sources of the advice: CISA #StopRansomware Guide (2023), NIST SP 1800-25 and 1800-26 (data integrity), the National
 * Police Agency's yearly survey of ransomware victims (most of those with backups could not restore), IPA's guidance.
 */
#include "incident/advice_backup.h"

#include <string.h>

static const struct advice_backup table[] = {
	{ "backup_wiped",
	  { "A backup looks encrypted or destroyed", "バックアップの内容が暗号化または破壊された疑い" },
	  { "Take the machine that was backed up off the network now, and leave it switched on.\n"
	    "Do not delete or overwrite backups: the snapshots before are good, and Hinomi forgets none while this is open.\n"
	    "Look at the examples: 'hinomi backup status'. If it was your own work, say so: 'hinomi backup settle ... --ours'.\n"
	    "If it was not: change the passwords of the backup place from another, clean machine, and detach a copy.\n"
	    "Restore from the last good snapshot onto a clean machine only; report it to the police and to IPA.",
	    "バックアップ元の機器を、電源を切らずに今すぐネットワークから切り離してください。\n"
	    "バックアップを消したり上書きしたりしないでください。これより前のスナップショットは正常で、解決するまで Hinomi は削除しません。\n"
	    "「hinomi backup status」で例を確かめてください。自分たちの作業であれば「hinomi backup settle ... --ours」で知らせてください。\n"
	    "そうでなければ、別の安全な機器からバックアップ先のパスワードを変え、複製を一つ切り離してください。\n"
	    "復元は最後の正常なスナップショットから、安全な機器にだけ行い、警察と IPA に届け出てください。" } },
	{ "backup_deleted",
	  { "Backups were deleted, or are made to be", "バックアップの削除、または削除をねらう操作" },
	  { "Find out who did it: the log of the backup place, and who knows its password.\n"
	    "Change the password and the keys of the backup place now, from a clean machine; detach a copy.\n"
	    "Do not run 'forget' or 'prune' by hand: a snapshot dated into the future makes them remove the good ones.\n"
	    "If it was you: 'hinomi backup settle ... --ours'. Make the place append-only, so that this cannot be done again.",
	    "だれが行ったかを、バックアップ先のログと、パスワードを知る人から突き止めてください。\n"
	    "安全な機器から、バックアップ先のパスワードと鍵を今すぐ変え、複製を一つ切り離してください。\n"
	    "「forget」や「prune」を手で実行しないでください。日付が未来のスナップショットがあると、正常なものが消えます。\n"
	    "自分たちの作業であれば「hinomi backup settle ... --ours」で知らせ、今後は追記専用にしてください。" } },
	{ "backup_damaged",
	  { "A backup is damaged", "バックアップの破損" },
	  { "Make another backup now, to another place: what is damaged may be what you need.\n"
	    "Look at the disk of the place: its log, SMART values, cables, memory; replace it when in doubt.\n"
	    "Repair by the tool's manual ('restic repair', 'borg check --repair') only with a copy of the repository.",
	    "今すぐ別の場所に、もう一つバックアップを作ってください。壊れた部分が必要になるかもしれません。\n"
	    "バックアップ先のディスクを調べてください（ログ、SMART、ケーブル、メモリー）。疑わしければ交換します。\n"
	    "修復（restic repair、borg check --repair）は、リポジトリの複製を取ってから、手引きに従って行ってください。" } },
	{ "backup_stale",
	  { "A backup is too old", "バックアップが古すぎます" },
	  { "Look why none is made: is the machine on, is the disk or the server there? 'hinomi backup status'.\n"
	    "Make one now: 'hinomi backup run', or as it is made elsewhere.",
	    "作られていない理由を確かめてください。機器は動いているか、ディスクやサーバーにつながるか。「hinomi backup status」\n"
	    "今すぐ「hinomi backup run」で、または通常の方法で作ってください。" } },
	{ "backup_failed",
	  { "A backup job fails", "バックアップ作業の失敗" },
	  { "Do what the incident's reason says, and try again: 'hinomi backup run' or 'hinomi backup look'.\n"
	    "'hinomi backup history' shows since when.",
	    "理由に書かれた対処を行い、「hinomi backup run」または「hinomi backup look」でやり直してください。\n"
	    "いつからかは「hinomi backup history」で分かります。" } },
	{ "backup_unproven",
	  { "A backup is not proven to restore", "復元できることが確認されていないバックアップ" },
	  { "Do a restore drill now: 'hinomi backup drill'.\n"
	    "If it fails: keep all snapshots, make another backup to another place, and look at what it names.",
	    "今すぐ「hinomi backup drill」で復元訓練を行ってください。\n"
	    "失敗したら、スナップショットを残したまま別の場所にもバックアップを作り、示されたファイルを調べてください。" } },
	{ "backup_rule",
	  { "Too few copies (3-2-1)", "複製が足りません（3-2-1 ルール）" },
	  { "Add a repository on another kind of media, in another building or append-only: 'hinomi backup init'.\n"
	    "Until then carry a copy on a disk that is kept elsewhere, and detached.",
	    "別の種類の媒体で、別の建物または追記専用のリポジトリを追加してください。「hinomi backup init」\n"
	    "それまでは、切り離して別の場所に保管するディスクに複製を取ってください。" } },
};

const struct advice_backup *advice_of_backup(const char *rule)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].rule, rule) == 0)
			return &table[i];
	return NULL;
}
